import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { usualPath } from '../../process/usual-path.ts';
import type { CompleteSettings } from './settings.ts';

/** Asks nobody: answers what Git asks for with what stands in its environment, which only its own user can read. */
const askpass = `#!/bin/sh
case "$1" in
  Username*) printf '%s' "$LASTGOOD_GIT_USERNAME" ;;
  *) printf '%s' "$LASTGOOD_GIT_PASSWORD" ;;
esac
`;

/** The environment Git runs in: nothing of ours, of the user or of the system. https://git-scm.com/docs/git#_environment_variables */
export async function gitEnvironment(
  settings: CompleteSettings,
  home: string,
): Promise<Record<string, string>> {
  const { username, password, authorName, authorEmail } = settings;
  await mkdir(home, { recursive: true, mode: 0o700 });
  const asking = join(home, 'askpass');
  await writeFile(asking, askpass, { mode: 0o700 });
  await chmod(asking, 0o700);
  return {
    PATH: usualPath,
    HOME: home,
    LC_ALL: 'C',
    TZ: 'UTC',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_SYSTEM: '/dev/null',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_LITERAL_PATHSPECS: '1',
    GIT_PROTOCOL_FROM_USER: '0',
    GIT_ASKPASS: asking,
    GIT_SSH_COMMAND: sshCommand(settings),
    GIT_AUTHOR_NAME: authorName,
    GIT_AUTHOR_EMAIL: authorEmail,
    GIT_COMMITTER_NAME: authorName,
    GIT_COMMITTER_EMAIL: authorEmail,
    LASTGOOD_GIT_USERNAME: username ?? 'lastgood',
    LASTGOOD_GIT_PASSWORD: password ?? '',
  };
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
