import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { usualPath } from '../../process/usual-path.ts';
import type { CompleteSettings } from './settings.ts';

/** The environment Git runs in: nothing of ours, of the user or of the system. https://git-scm.com/docs/git#_environment_variables */
export async function gitEnvironment(
  settings: CompleteSettings,
  home: string,
): Promise<Record<string, string>> {
  const { authorName, authorEmail } = settings;
  await mkdir(home, { recursive: true, mode: 0o700 });
  return {
    PATH: usualPath,
    HOME: home,
    LC_ALL: 'C',
    TZ: 'UTC',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_SYSTEM: '/dev/null',
    GIT_CONFIG_GLOBAL: await ownConfiguration(settings, home),
    GIT_ATTR_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_LITERAL_PATHSPECS: '1',
    GIT_PROTOCOL_FROM_USER: '0',
    GIT_SSH_COMMAND: sshCommand(settings),
    GIT_AUTHOR_NAME: authorName,
    GIT_AUTHOR_EMAIL: authorEmail,
    GIT_COMMITTER_NAME: authorName,
    GIT_COMMITTER_EMAIL: authorEmail,
    ...configuration([...credentials(settings), ...proxied(settings)]),
    ...(await authority(settings, home)),
  };
}

function proxied({ proxy }: CompleteSettings): (readonly [string, string])[] {
  return proxy === undefined ? [] : [['http.proxy', proxy]];
}

async function authority({ tlsCa }: CompleteSettings, home: string): Promise<Record<string, string>> {
  if (tlsCa === undefined) return {};
  const file = join(home, 'authority.pem');
  await writeFile(file, tlsCa, { mode: 0o600 });
  return { GIT_SSL_CAINFO: file };
}

/**
 * A repository on this disk that belongs to somebody else is read only where a file says so; what serves it sees no other
 * configuration. https://git-scm.com/docs/git-config#Documentation/git-config.txt-safedirectory
 */
async function ownConfiguration({ url }: CompleteSettings, home: string): Promise<string> {
  if (!url.startsWith('file:')) return '/dev/null';
  const path = fileURLToPath(url).replace(/\/+$/, '');
  const lines = [path, `${path}/.git`].map((one) => `\tdirectory = ${JSON.stringify(one)}\n`);
  const file = join(home, 'gitconfig');
  await writeFile(file, `[safe]\n${lines.join('')}`, { mode: 0o600 });
  return file;
}

/**
 * Configuration as only who runs Git can read it, on no command line and in no file.
 * https://git-scm.com/docs/git-config#Documentation/git-config.txt-GITCONFIGCOUNT
 */
function configuration(entries: readonly (readonly [key: string, value: string])[]): Record<string, string> {
  const numbered = entries.flatMap(([key, value], index) => [
    [`GIT_CONFIG_KEY_${index}`, key],
    [`GIT_CONFIG_VALUE_${index}`, value],
  ]);
  return { GIT_CONFIG_COUNT: String(entries.length), ...Object.fromEntries(numbered) };
}

/** For this host alone, and by no program that would be asked: where the copy is kept, nothing may be executable. */
function credentials({ url, username, password }: CompleteSettings): (readonly [string, string])[] {
  if (password === undefined || !/^https?:/.test(url)) return [];
  const at = new URL(url);
  const user = username ?? (decodeURIComponent(at.username) || 'lastgood');
  const basic = Buffer.from(`${user}:${password}`).toString('base64');
  return [[`http.${at.origin}/.extraHeader`, `Authorization: Basic ${basic}`]];
}

/** A host that is not known is not trusted, whoever answers. */
function sshCommand({ sshKeyFile, knownHostsFile }: CompleteSettings): string {
  const options = [
    ...['-F', '/dev/null', '-oBatchMode=yes', '-oStrictHostKeyChecking=yes', '-oConnectTimeout=10'],
    ...(sshKeyFile ? ['-oIdentitiesOnly=yes', '-i', quoted(sshKeyFile)] : []),
    ...(knownHostsFile ? [quoted(`-oUserKnownHostsFile=${knownHostsFile}`)] : []),
  ];
  return `ssh ${options.join(' ')}`;
}

/** For a shell: Git hands the command to one. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
