/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The kpid authors
 *
 * What version 1.1 appended, on a 64-bit machine. As with 1.0, a line here is never edited.
 */
KPID_SIZE(kpid_observation, 104);
KPID_OFFSET(kpid_observation, stated_on, 96);
KPID_OFFSET(kpid_observation, reserved, 100);
KPID_SIZE(kpid_fetch_v1, 32);
KPID_OFFSET(kpid_fetch_v1, discard, 24);
KPID_SIZE(kpid_header, 32);
KPID_OFFSET(kpid_header, name, 0);
KPID_OFFSET(kpid_header, value, 16);
KPID_SIZE(kpid_fetch_request, 64);
KPID_OFFSET(kpid_fetch_request, headers, 24);
KPID_OFFSET(kpid_fetch_request, header_count, 32);
KPID_OFFSET(kpid_fetch_request, body, 40);
KPID_OFFSET(kpid_fetch_request, header_size, 56);
KPID_OFFSET(kpid_fetch_request, has_body, 60);
