/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "wire-calls.h"

#include "kz-api.h"

static const char *const phones[] = {"+15550000002", "+15550000004", NULL};

void
do_text_to_some (KzHttp *http, Got *got)
{
  kz_api_send_text_async (http, GROUP, "x", phones, FALSE, NULL, NULL, got_cb, got);
}

void
do_text_reply (KzHttp *http, Got *got)
{
  kz_api_send_text_async (http, GROUP, "x", NULL, FALSE, "ref-1", NULL, got_cb, got);
}

void
do_announce (KzHttp *http, Got *got)
{
  g_autoptr (KzActionDraft) draft = kz_action_draft_new (KZ_ACTION_ANNOUNCEMENT);

  draft->title = g_strdup ("Head");
  draft->text = g_strdup ("Text");
  kz_api_post_action_async (http, GROUP, draft, NULL, got_cb, got);
}

void
do_announce_to_all (KzHttp *http, Got *got)
{
  g_autoptr (KzActionDraft) draft = kz_action_draft_new (KZ_ACTION_ANNOUNCEMENT);

  draft->text = g_strdup ("Text");
  draft->to_all_subscribers = TRUE;
  kz_api_post_action_async (http, GROUP, draft, NULL, got_cb, got);
}

void
do_complete (KzHttp *http, Got *got)
{
  g_autoptr (KzResponseDraft) draft = kz_response_draft_new_job (TRUE);

  kz_api_respond_async (http, GROUP, "act", draft, NULL, got_cb, got);
}

void
do_undo_complete (KzHttp *http, Got *got)
{
  g_autoptr (KzResponseDraft) draft = kz_response_draft_new_job (FALSE);

  draft->response_id = g_strdup ("resp");
  kz_api_respond_async (http, GROUP, "act", draft, NULL, got_cb, got);
}

void
do_vote (KzHttp *http, Got *got)
{
  g_autoptr (KzResponseDraft) draft = kz_response_draft_new_choice (KZ_ACTION_POLL, "Tea");

  kz_api_respond_async (http, GROUP, "act", draft, NULL, got_cb, got);
}

void
do_get_action (KzHttp *http, Got *got)
{
  kz_api_get_details_async (http, GROUP, "act", KZ_LANE_USER, NULL, got_cb, got);
}

void
do_remind (KzHttp *http, Got *got)
{
  kz_api_remind_async (http, GROUP, "act", NULL, FALSE, NULL, got_cb, got);
}

void
do_remind_some (KzHttp *http, Got *got)
{
  kz_api_remind_async (http, GROUP, "act", phones, FALSE, NULL, got_cb, got);
}

void
do_remind_all (KzHttp *http, Got *got)
{
  kz_api_remind_async (http, GROUP, "act", NULL, TRUE, NULL, got_cb, got);
}

void
do_properties (KzHttp *http, Got *got)
{
  g_autoptr (GPtrArray) properties =
      g_ptr_array_new_with_free_func ((GDestroyNotify) kz_property_free);

  g_ptr_array_add (properties, kz_property_new ("state", NULL, "DONE"));
  g_ptr_array_add (properties, kz_property_new ("n", "Numeric", "7"));
  kz_api_update_properties_async (http, GROUP, "act", properties, NULL, got_cb, got);
}

void
do_media_url (KzHttp *http, Got *got)
{
  kz_api_media_url_async (http, "https://example.org/a.png", NULL, got_cb, got);
}

void
do_create_group (KzHttp *http, Got *got)
{
  g_autoptr (KzGroupDraft) draft = kz_group_draft_new ("Crew");

  draft->members = g_strdupv ((GStrv) phones);
  kz_api_create_group_async (http, draft, NULL, got_cb, got);
}

void
do_create_public (KzHttp *http, Got *got)
{
  g_autoptr (KzGroupDraft) draft = kz_group_draft_new ("News");

  draft->welcome = g_strdup ("Hello");
  draft->is_public = TRUE;
  kz_api_create_group_async (http, draft, NULL, got_cb, got);
}

void
do_create_subgroup (KzHttp *http, Got *got)
{
  g_autoptr (KzGroupDraft) draft = kz_group_draft_new ("Night");

  draft->welcome = g_strdup ("Hello");
  draft->parent_id = g_strdup (GROUP);
  kz_api_create_group_async (http, draft, NULL, got_cb, got);
}

void
do_attach (KzHttp *http, Got *got)
{
  static const char *const ids[] = {"a@1", "b", NULL};

  kz_api_attach_subgroups_async (http, GROUP, ids, NULL, got_cb, got);
}

void
do_detach (KzHttp *http, Got *got)
{
  kz_api_detach_subgroup_async (http, GROUP, "a/1", NULL, got_cb, got);
}

void
do_add_members (KzHttp *http, Got *got)
{
  kz_api_add_members_async (http, GROUP, phones, NULL, got_cb, got);
}

void
do_make_admin (KzHttp *http, Got *got)
{
  kz_api_set_member_role_async (http, GROUP, "u@1", KZ_ROLE_ADMIN, NULL, got_cb, got);
}

void
do_make_member (KzHttp *http, Got *got)
{
  kz_api_set_member_role_async (http, GROUP, "u@1", KZ_ROLE_MEMBER, NULL, got_cb, got);
}

void
do_remove_member (KzHttp *http, Got *got)
{
  kz_api_remove_member_async (http, GROUP, "u@1", NULL, got_cb, got);
}

void
do_subscribers (KzHttp *http, Got *got)
{
  kz_api_list_subscribers_async (http, GROUP, NULL, NULL, got_cb, got);
}

void
do_more_subscribers (KzHttp *http, Got *got)
{
  kz_api_list_subscribers_async (http, GROUP, "c=1", NULL, got_cb, got);
}

void
do_add_subscribers (KzHttp *http, Got *got)
{
  kz_api_add_subscribers_async (http, GROUP, phones, NULL, got_cb, got);
}

void
do_remove_subscribers (KzHttp *http, Got *got)
{
  kz_api_remove_subscribers_async (http, GROUP, phones, NULL, got_cb, got);
}
