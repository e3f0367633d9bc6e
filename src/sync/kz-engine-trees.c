/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Subgroups: which groups stand below which. */
#include "config.h"

#include "kz-engine-private.h"

#include "kz-limits.h"

/* One group that moves: first out of the old places, then into the new ones. */
typedef struct {
  KzGroup *group;
  char *parent_id;
  gboolean is_orphan; /* it is below @parent_id no more */
} Move;

/* A tree on its way in. */
typedef struct {
  KzEngine *engine;
  GPtrArray *moves; /* (element-type Move) */
  guint next;
  gboolean was_asked; /* for the count of trees in flight */
} Tree;

static void
move_free (gpointer data)
{
  Move *move = data;

  kz_group_unref (move->group);
  g_free (move->parent_id);
  g_free (move);
}

static void
add_move (Tree *tree, KzGroup *group, const char *parent_id, gboolean is_orphan)
{
  Move *move = g_new0 (Move, 1);

  move->group = kz_group_ref (group);
  move->parent_id = g_strdup (parent_id);
  move->is_orphan = is_orphan;
  g_ptr_array_add (tree->moves, move);
}

/* Parents of which the tree tells all children -> a set of these. @children: (nullable): none */
static void
collect_children (GHashTable *parents, GPtrArray *children, const char *parent_id, guint depth)
{
  GHashTable *ids = g_hash_table_new (g_str_hash, g_str_equal);

  g_hash_table_replace (parents, (gpointer) parent_id, ids);
  for (guint i = 0; children != NULL && i < children->len; i++) {
    const KzGroup *child = g_ptr_array_index (children, i);

    g_hash_table_add (ids, child->id);
    if (child->subgroups != NULL && depth < KZ_MAX_TREE_DEPTH)
      collect_children (parents, child->subgroups, child->id, depth + 1);
  }
}

/* What was below a parent and is not any more. */
static void
add_orphans (Tree *tree, GPtrArray *children, const char *parent_id)
{
  g_autoptr (GPtrArray) groups = kz_directory_groups (tree->engine->directory);
  g_autoptr (GHashTable) parents =
      g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) g_hash_table_unref);

  collect_children (parents, children, parent_id, 0);
  for (guint i = 0; i < groups->len; i++) {
    KzGroup *group = g_ptr_array_index (groups, i);
    GHashTable *ids =
        group->parent_id != NULL ? g_hash_table_lookup (parents, group->parent_id) : NULL;

    if (ids != NULL && !g_hash_table_contains (ids, group->id))
      add_move (tree, group, group->parent_id, TRUE);
  }
}

static void
add_children (Tree *tree, GPtrArray *children, const char *parent_id, guint depth)
{
  for (guint i = 0; children != NULL && i < children->len && depth <= KZ_MAX_TREE_DEPTH; i++) {
    KzGroup *child = g_ptr_array_index (children, i);

    add_move (tree, child, parent_id, FALSE);
    add_children (tree, child->subgroups, child->id, depth + 1);
  }
}

/* A tree names groups that we are not in: those are nothing to us. */
static void
make_move (KzEngine *self, const Move *move)
{
  KzGroup *group = move->group;
  const KzGroup *known = kz_directory_group (self->directory, group->id);
  g_autoptr (KzGroup) placed = NULL;

  if (move->is_orphan) {
    if (known != NULL && g_strcmp0 (known->parent_id, move->parent_id) == 0)
      kz_engine_place_group (self, known, NULL);
    return;
  }
  if (known != NULL)
    placed = kz_group_with_parent (known, move->parent_id);
  else if ((group->role == KZ_ROLE_ADMIN || group->role == KZ_ROLE_MEMBER) &&
           !g_hash_table_contains (self->left_groups, group->id))
    placed = kz_group_with_parent (group, move->parent_id);
  if (placed == NULL)
    return;
  if (known == NULL)
    kz_engine_room (self, group->id)->is_tree_only = TRUE;
  kz_engine_put_group (self, placed);
}

static gboolean
take_slice (gpointer data)
{
  Tree *tree = data;

  for (guint n = 0; n < KZ_SLICE_ITEMS && tree->next < tree->moves->len; n++) {
    if (!kz_engine_is_up (tree->engine))
      return FALSE;
    make_move (tree->engine, g_ptr_array_index (tree->moves, tree->next++));
  }
  return tree->next < tree->moves->len;
}

static void
tree_taken (gpointer data)
{
  Tree *tree = data;
  KzEngine *self = tree->engine;

  if (tree->was_asked && --self->trees_in_flight == 0 && kz_engine_is_up (self))
    kz_engine_load_trees (self);
  g_ptr_array_unref (tree->moves);
  g_object_unref (self);
  g_free (tree);
}

static void
take_tree (KzEngine *self, const char *group_id, GPtrArray *children, gboolean was_asked)
{
  Tree *tree = g_new0 (Tree, 1);

  tree->engine = g_object_ref (self);
  tree->moves = g_ptr_array_new_with_free_func (move_free);
  tree->was_asked = was_asked;
  add_orphans (tree, children, group_id);
  add_children (tree, children, group_id, 0);
  kz_engine_add_work (self, take_slice, tree, tree_taken);
}

void
kz_engine_take_tree (KzEngine *self, const char *group_id, GPtrArray *children)
{
  take_tree (self, group_id, children, FALSE);
}

/* --- Asking --- */

typedef struct {
  KzEngine *engine;
  char *group_id;
} TreeCall;

static void
tree_call_free (TreeCall *call)
{
  g_object_unref (call->engine);
  g_free (call->group_id);
  g_free (call);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TreeCall, tree_call_free)

static void
tree_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (TreeCall) call = data;
  KzEngine *self = call->engine;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) children = kz_api_list_subgroups_finish (self->http, result, &error);

  if (!kz_engine_is_up (self))
    return;
  kz_engine_note_result (self, error);
  if (kz_engine_is_up (self) && children != NULL)
    take_tree (self, call->group_id, children, TRUE);
  else if (--self->trees_in_flight == 0 && kz_engine_is_up (self))
    kz_engine_load_trees (self);
}

void
kz_engine_load_tree (KzEngine *self, const char *group_id)
{
  TreeCall *call = g_new0 (TreeCall, 1);

  call->engine = g_object_ref (self);
  call->group_id = g_strdup (group_id);
  kz_engine_room (self, group_id)->is_tree_read = TRUE;
  self->trees_in_flight++;
  kz_api_list_subgroups_async (self->http, group_id, KZ_LANE_UPKEEP, self->cancellable, tree_cb,
                               call);
}

/* Whether its children are still to be placed; a tree that was read from further up did that. */
static gboolean
needs_tree (KzEngine *self, const KzGroup *group, gboolean is_root)
{
  return group->has_subgroups && !kz_engine_room (self, group->id)->is_tree_read &&
         (is_root ? !group->has_parents : group->parent_id == NULL);
}

void
kz_engine_load_trees (KzEngine *self)
{
  g_autoptr (GPtrArray) groups = kz_directory_groups (self->directory);

  /* A whole tree comes with its root; where we do not see the root, with what we see. */
  for (guint pass = 0; pass < 2 && self->trees_in_flight == 0; pass++) {
    for (guint i = 0; i < groups->len; i++) {
      const KzGroup *group = g_ptr_array_index (groups, i);

      if (needs_tree (self, group, pass == 0))
        kz_engine_load_tree (self, group->id);
    }
  }
}
