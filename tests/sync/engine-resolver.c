/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "engine-resolver.h"

#define ENGINE_TYPE_RESOLVER (engine_resolver_get_type ())
G_DECLARE_FINAL_TYPE (EngineResolver, engine_resolver, ENGINE, RESOLVER, GResolver)

struct _EngineResolver {
  GResolver parent_instance;
  char *name;
  gboolean fails;
  void (*func) (gpointer data);
  gpointer data;
};

G_DEFINE_FINAL_TYPE (EngineResolver, engine_resolver, G_TYPE_RESOLVER)

/* What the process asked before, and whom it asks again after us. */
static GResolver *usual;

static void
free_addresses (gpointer addresses)
{
  g_resolver_free_addresses (addresses);
}

static void
lookup_async (GResolver *resolver,
              const char *hostname,
              GResolverNameLookupFlags flags,
              GCancellable *cancellable,
              GAsyncReadyCallback callback,
              gpointer data)
{
  EngineResolver *self = ENGINE_RESOLVER (resolver);
  g_autoptr (GTask) task = g_task_new (resolver, cancellable, callback, data);

  /* One try looks for both kinds of address. */
  if (self->fails && g_str_equal (hostname, self->name) &&
      (flags & G_RESOLVER_NAME_LOOKUP_FLAGS_IPV6_ONLY) == 0)
    self->func (self->data);
  if (self->fails || !g_str_equal (hostname, self->name) ||
      (flags & G_RESOLVER_NAME_LOOKUP_FLAGS_IPV6_ONLY) != 0)
    g_task_return_new_error (task, G_RESOLVER_ERROR, G_RESOLVER_ERROR_NOT_FOUND,
                             "There is no %s", hostname);
  else
    g_task_return_pointer (
        task, g_list_append (NULL, g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4)),
        free_addresses);
}

static void
lookup_plainly_async (GResolver *resolver,
                      const char *hostname,
                      GCancellable *cancellable,
                      GAsyncReadyCallback callback,
                      gpointer data)
{
  lookup_async (resolver, hostname, G_RESOLVER_NAME_LOOKUP_FLAGS_DEFAULT, cancellable, callback,
                data);
}

static GList *
lookup_finish (GResolver *resolver, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
engine_resolver_finalize (GObject *object)
{
  g_free (ENGINE_RESOLVER (object)->name);
  G_OBJECT_CLASS (engine_resolver_parent_class)->finalize (object);
}

static void
engine_resolver_class_init (EngineResolverClass *klass)
{
  GResolverClass *resolver = G_RESOLVER_CLASS (klass);

  resolver->lookup_by_name_async = lookup_plainly_async;
  resolver->lookup_by_name_finish = lookup_finish;
  resolver->lookup_by_name_with_flags_async = lookup_async;
  resolver->lookup_by_name_with_flags_finish = lookup_finish;
  G_OBJECT_CLASS (klass)->finalize = engine_resolver_finalize;
}

static void
engine_resolver_init (EngineResolver *self)
{
}

void
engine_resolver_install (const char *name, void (*func) (gpointer data), gpointer data)
{
  g_autoptr (EngineResolver) ours = g_object_new (ENGINE_TYPE_RESOLVER, NULL);

  g_assert_null (usual);
  usual = g_resolver_get_default ();
  ours->name = g_strdup (name);
  ours->func = func;
  ours->data = data;
  g_resolver_set_default (G_RESOLVER (ours));
}

void
engine_resolver_remove (void)
{
  g_resolver_set_default (usual);
  g_clear_object (&usual);
}

void
engine_resolver_set_fails (gboolean fails)
{
  g_autoptr (GResolver) now = g_resolver_get_default ();

  ENGINE_RESOLVER (now)->fails = fails;
}
