/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "kz-error.h"

G_BEGIN_DECLS

/* What ends a session, in a word, and whether that is for good: a person has to take it up, while of
 * anything else a host connects again by itself. Tests that have no host go by it, and test-errors.c asks
 * the plugin whether it is so. */
static const struct {
  KzError code;
  const char *word;
  gboolean is_final;        /* before the account was ever online */
  gboolean is_final_online; /* once it was */
} kz_test_endings[] = {
    {KZ_ERROR_TOKEN_EXPIRED, "token-expired", TRUE, TRUE},
    {KZ_ERROR_AUTH_REJECTED, "auth-rejected", TRUE, TRUE},
    {KZ_ERROR_BAD_CONNECTOR, "bad-connector", TRUE, TRUE},
    {KZ_ERROR_PIN_REJECTED, "pin-rejected", TRUE, TRUE},
    {KZ_ERROR_OTHER_PERSON, "other-person", TRUE, TRUE},
    {KZ_ERROR_FORBIDDEN, "forbidden", TRUE, FALSE},
    {KZ_ERROR_NOT_FOUND, "not-found", TRUE, FALSE},
    {KZ_ERROR_THROTTLED, "throttled", FALSE, FALSE},
    {KZ_ERROR_UNAVAILABLE, "unavailable", FALSE, FALSE},
    {KZ_ERROR_NETWORK, "network", FALSE, FALSE},
    {KZ_ERROR_TLS, "tls", FALSE, FALSE},
    {KZ_ERROR_UNRESOLVED, "unresolved", FALSE, FALSE},
    {KZ_ERROR_MALFORMED, "malformed", TRUE, FALSE},
    {KZ_ERROR_TOO_LARGE, "too-large", TRUE, FALSE},
    {KZ_ERROR_MOVED_UNSAFE, "moved-unsafe", TRUE, FALSE},
    {KZ_ERROR_REJECTED, "rejected", TRUE, FALSE},
    {KZ_ERROR_INVALID, "invalid", TRUE, TRUE},
};

G_END_DECLS
