/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The kpid authors
 *
 * Bears the name of musl's C library, so that a library that needs it can be linked anywhere. */
int kpid_test_fake_musl(void);
int kpid_test_fake_musl(void) { return 0; }
