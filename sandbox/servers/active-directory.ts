import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { accepts, superviseIn, untilAnswering } from './launch.js';
import type { Launched, LaunchContext } from './launch.js';
import { configured, onPath, takeFirst, Unavailable } from './sources.js';

const SCRIPT = fileURLToPath(new URL('./samba-ad-dc.sh', import.meta.url));
const LDAPS_PORT = 636;
const ADDRESSES = ['127.0.0.1', '127.0.0.2', '127.0.0.3', '127.0.0.4', '127.0.0.5', '127.0.0.6'] as const;
/** Debian keeps server programs here, outside an ordinary user's PATH. */
const SYSTEM_FOLDERS = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

const REQUIRED = ['AD_LDAPS_URL', 'AD_BASE_DN', 'AD_UPN_SUFFIX', 'AD_BIND_DN', 'AD_BIND_PASSWORD'] as const;

/** Where a domain controller answers, as environment variables; the password is that of a service account. */
export interface AdEnvironment extends Readonly<Record<(typeof REQUIRED)[number], string>> {
  /** File with the certificate authority that signed the controller's certificate, where it is a private one. */
  readonly AD_CA_FILE?: string;
  readonly AD_NETBIOS_DOMAIN?: string;
}

/** A domain controller: the configured one, or Samba where it is installed. Nothing is ever installed here. */
export async function startActiveDirectory(context: LaunchContext): Promise<Launched<AdEnvironment>> {
  return await takeFirst(
    'Active Directory',
    [
      { name: 'AD_LDAPS_URL', take: useConfigured },
      { name: 'Samba', take: () => startSamba(context) },
    ],
    'On Debian, as root: apt-get install samba-ad-dc samba-ad-provision openssl. Or set AD_LDAPS_URL.',
    context.progress,
  );
}

async function useConfigured(): Promise<Launched<AdEnvironment>> {
  configured('AD_LDAPS_URL');
  return { address: toEnvironment(process.env), processes: [] };
}

async function startSamba(context: LaunchContext): Promise<Launched<AdEnvironment>> {
  await onPath('samba', SYSTEM_FOLDERS);
  const address = await freeAddress();
  const envFile = join(context.folder, 'ad.env');
  const process = await superviseIn(context, {
    name: 'samba',
    command: SCRIPT,
    args: ['run', context.folder],
    env: { ...globalThis.process.env, AD_DC_ADDR: address },
  });
  try {
    // The script writes this file once LDAPS answers with a certificate that verifies.
    await untilAnswering(context, process, async () => (await readFile(envFile, 'utf8').catch(() => '')) !== '');
    return { address: toEnvironment(parse(await readFile(envFile, 'utf8'))), processes: [process] };
  } catch (error) {
    await process.stop();
    throw error;
  }
}

/** Samba's ports are fixed, so another controller on this machine means another loopback address. */
async function freeAddress(): Promise<string> {
  for (const address of ADDRESSES) if (!(await accepts(LDAPS_PORT, address))) return address;
  throw new Unavailable(`port ${LDAPS_PORT} is taken on ${ADDRESSES[0]} to ${ADDRESSES.at(-1) ?? ''}`);
}

function parse(lines: string): Record<string, string> {
  const pairs = lines.split('\n').filter((line) => line.includes('='));
  return Object.fromEntries(
    pairs.map((line) => {
      const [, key = '', value = ''] = /^(\w+)=(.*)$/.exec(line) ?? [];
      return [key, value.replace(/^'(.*)'$/, '$1')];
    }),
  );
}

/** Names every missing variable at once. */
function toEnvironment(variables: Readonly<Record<string, string | undefined>>): AdEnvironment {
  const missing = REQUIRED.filter((name) => (variables[name] ?? '') === '');
  if (missing.length > 0) throw new Unavailable(`${missing.join(', ')} not set`);
  const names = [...REQUIRED, 'AD_CA_FILE', 'AD_NETBIOS_DOMAIN'];
  return Object.fromEntries(
    names.flatMap((name) => (variables[name] === undefined ? [] : [[name, variables[name]]])),
  ) as unknown as AdEnvironment;
}
