/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "engine-deaf.h"

#include "kz-engine-private.h"

G_BEGIN_DECLS

/* What came back without its texts. */

#define GET_ACTION "GET /groups/{groupId}/actions/{actionId}"

/* For bench_fault(). */
#define NO_LISTS "{'match':{'method':'GET','path':'/groups/*/actions','times':0},'action':{'status':503}}"
#define ANSWER_DETAILS                                                                             \
  "{'match':{'method':'GET','path':'/groups/*/actions/*','times':0},"                              \
  "'action':{'status':200,'body':%s}}"
/* Counts without names, of one choice. */
#define POLL_DETAILS                                                                               \
  "{'actionType':'Poll','actionDetails':{'actionId':'%s','question':'Lunch?','responseCount':%d,"  \
  "'choices':[{'title':'Pizza','count':%d},{'title':'Soup','count':0}]}}"
#define SLOW_DETAILS                                                                               \
  "{'match':{'method':'GET','path':'/groups/*/actions/*','times':0},"                              \
  "'action':{'stallHeaders':true}}"

/* Signs off and on, and forgets what was shown. */
void sign_on_again (Bench *bench);
/* By either of its ids; fails without. */
const KzOpenAction *open_of (Bench *bench, const char *id);

G_END_DECLS
