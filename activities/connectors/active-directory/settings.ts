import { z } from 'zod';

import { parseDn } from './dn.js';

const distinguishedName = z.string().refine((text) => parseDn(text) !== null, {
  error: 'must be a distinguished name such as OU=People,DC=example,DC=com',
});

/** `settings` of an instance of the brand `Active Directory Query v2`. */
export const activeDirectorySettingsSchema = z
  .strictObject({
    /** `ldaps://host[:port]`, or `ldap://host[:port]` together with `startTls`. */
    url: z.string().regex(/^ldaps?:\/\/[^/\s?#]+\/?$/i, 'must be ldaps://host, or ldap://host with startTls'),
    /** Upgrade the connection before anything is sent. Demanded with `ldap://`: nothing ever goes out without TLS. */
    startTls: z.boolean().default(false),
    /** Service account: distinguished name, user principal name or DOMAIN\name. */
    bindDn: z.string().min(1, 'must not be empty'),
    /** Never empty: many servers take an empty password for an anonymous session. */
    bindPassword: z.string().min(1, 'must not be empty'),
    /** Accounts are searched below it. */
    baseDn: distinguishedName,
    pageSize: z.number().int().min(1).max(1_000).default(500),
    /** Group that disabled accounts join and enabled ones leave: its distinguished name or its CN. */
    terminatedGroup: z.string().min(1).optional(),
  })
  .refine(({ url, startTls }) => /^ldaps:/i.test(url) || startTls, {
    path: ['startTls'],
    error: 'must be true with an ldap:// address, because nothing is sent without TLS',
  })
  .refine(({ url, startTls }) => !(/^ldaps:/i.test(url) && startTls), {
    path: ['startTls'],
    error: 'must be false with an ldaps:// address, which is encrypted from the start',
  });
export type ActiveDirectorySettings = z.infer<typeof activeDirectorySettingsSchema>;
