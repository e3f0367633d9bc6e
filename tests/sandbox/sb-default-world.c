/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The world of a sandbox without a scenario: drawn anew each time, and alive. */
#include "config.h"

#include "sb-scenario.h"

static const char users[] =
    "users: ["
    "{key:'u1', signIn:true, tenantAdmin:true}, {key:'u2', signIn:true},"
    "{key:'hindi', name:'{{random.name.hindi}}'}, {key:'tamil', name:'{{random.name.tamil}}'},"
    "{key:'arabic', name:'{{random.name.arabic}}'}, {key:'latin', name:'{{random.name.latin}}'},"
    "{key:'other'}, {key:'more'}, {key:'guest', provisioned:false, name:''}],";

static const char groups[] =
    "groups: ["
    "{key:'flat', members:[{person:'u1',role:'Admin'},{person:'u2'},{person:'hindi'},"
    " {person:'tamil',role:'Admin'},{person:'arabic'},{person:'latin'},{person:'guest'}]},"
    "{key:'parent', tenant:true, members:[{person:'u1',role:'Admin'},{person:'other'}]},"
    "{key:'childA', parent:'parent', tenant:true, members:[{person:'u1'},"
    " {person:'hindi',role:'Admin'},{person:'other'}]},"
    "{key:'childB', parent:'parent', tenant:true, members:[{person:'u2',role:'Admin'},"
    " {person:'arabic'},{person:'more'}]},"
    "{key:'public', type:'ConnectGroup', tenant:true, members:[{person:'u1',role:'Admin'},"
    " {person:'tamil'}], subscribers:['u2','latin','other','more']},"
    "{key:'second', members:[{person:'latin',role:'Admin'},{person:'u1'},{person:'u2'},"
    " {person:'more'}]}],";

static const char history[] =
    "history: ["
    "{ago_s:86400, say:{group:'flat', person:'hindi', text:'{{random.text}}'}},"
    "{ago_s:72000, action:{group:'parent', person:'u1', actionType:'Announcement',"
    " actionBody:{Title:'{{random.word}}', Message:'{{random.text}}'}}},"
    "{ago_s:36000, as:'poll', action:{group:'flat', person:'tamil', actionType:'Poll',"
    " actionBody:{question:'{{random.word}}?', choices:[{title:'{{random.word}}'},"
    " {title:'{{random.word}}'},{title:'{{random.word}}'}]}}},"
    "{ago_s:35000, vote:{actionId:'{{poll}}', person:'arabic', choice:2}},"
    "{ago_s:34000, like:{referenceId:'{{poll}}', person:'latin'}},"
    "{ago_s:30000, as:'job', action:{group:'flat', person:'u2', actionType:'Job',"
    " actionBody:{title:'{{random.text}}', assignedTo:['hindi','u1'], dueDate:48}}},"
    "{ago_s:25000, complete:{actionId:'{{job}}', person:'hindi'}},"
    "{ago_s:20000, action:{group:'second', person:'latin', actionType:'Survey',"
    " actionBody:{title:'{{random.word}}', dueDate:240, questions:["
    " {title:'{{random.word}}?', type:'SingleOption', options:[{title:'Yes'},{title:'No'}]},"
    " {title:'{{random.word}}', type:'Numeric'}]}}},"
    "{ago_s:10000, picture:{group:'flat', person:'arabic', caption:'{{random.text}}'}},"
    "{ago_s:5000, action:{group:'public', person:'u1', actionType:'LetsMeet',"
    " actionBody:{title:'{{random.word}}', startingTime:'2030-01-01T09:00:00Z',"
    " DurationInMins:45}}}],";

static const char colleagues[] =
    "colleagues: ["
    "{when:{event:'sent', contains:'hello|hi |good morning|namaste|வணக்கம்|नमस्ते'}, after_ms:800,"
    " do:{say:{person:'tamil', group:'flat', text:'Hello {{event.name}}! {{random.text}}'}}},"
    "{when:{event:'action', actionType:'Poll'}, after_ms:1500, do:{vote:{person:'latin'}}},"
    "{when:{event:'action', actionType:'Image'}, after_ms:1200, do:{like:{person:'latin'}}}],"
    "steps: ["
    "{at_ms:1500, do:{say:{group:'flat', person:'latin', text:'{{random.text}}'}}},"
    "{at_ms:4000, do:{say:{group:'second', person:'more', text:'{{random.text}}'}}},"
    "{at_ms:8000, do:{picture:{group:'flat', person:'hindi', caption:'{{random.text}}'}}}]";

/* One literal would be longer than every compiler must take. */
char *
sb_default_scenario (void)
{
  return g_strconcat ("{", users, groups, history, colleagues, "}", NULL);
}
