import { z } from 'zod';

import { about } from '../../../domain/config/settings.js';
import { parseDn } from './dn.js';

const distinguishedName = z.string().refine((text) => parseDn(text) !== null, {
  error: 'must be a distinguished name such as OU=People,DC=example,DC=com',
});

/** `settings` of an instance of the brand `Active Directory Query v2`. */
export const activeDirectorySettingsSchema = z
  .strictObject({
    url: z
      .string()
      .regex(/^ldaps?:\/\/[^/\s?#]+\/?$/i, 'must be ldaps://host, or ldap://host with startTls')
      .meta(
        about('Address of a domain controller: `ldaps://`, or `ldap://` with `startTls`.', 'ldaps://dc.example.com'),
      ),
    startTls: z
      .boolean()
      .default(false)
      .meta(about('Encrypts an `ldap://` connection before anything is sent, which such an address demands.')),
    bindDn: z
      .string()
      .min(1, 'must not be empty')
      .meta(
        about(
          'Service account: distinguished name, user principal name or `DOMAIN\\name`.',
          'CN=ilm,OU=Services,DC=example,DC=com',
        ),
      ),
    // Never empty: many servers take an empty password for an anonymous session.
    bindPassword: z.string().min(1, 'must not be empty').meta(about('Its password.', '${AD_BIND_PASSWORD}')),
    baseDn: distinguishedName.meta(about('Accounts are searched below this distinguished name.', 'DC=example,DC=com')),
    pageSize: z.number().int().min(1).max(1_000).default(500).meta(about('Entries per page of a search.', 200)),
    terminatedGroup: z
      .string()
      .min(1)
      .optional()
      .meta(
        about('Group that disabled accounts join and enabled ones leave, by name or distinguished name.', 'Leavers'),
      ),
    removeGroups: z
      .union([z.enum(['none', 'all']), z.array(distinguishedName).min(1)])
      .default('none')
      .meta(
        about(
          'Groups that the account of a terminated person leaves: `none`, `all`, or a list of distinguished names. Its ' +
            'primary group and `terminatedGroup` stay.',
          ['CN=VPN,OU=Groups,DC=example,DC=com'],
        ),
      ),
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
