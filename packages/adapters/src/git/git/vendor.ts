import { defineVendor } from '../../vendor.ts';
import { createGitRepository } from './git-repository.ts';
import { gitSettings } from './settings.ts';

export const gitProgram = defineVendor(
  {
    kind: 'git',
    title: 'Git',
    settings: gitSettings,
    files: ['sshKeyFile', 'knownHostsFile', 'folder'],
    contradiction({ url, password, knownHostsFile }) {
      if (/^\w+:\/\/[^/]*:[^/]*@/.test(url))
        return { found: 'a password in url', expected: 'username and password as settings of their own' };
      if (url.startsWith('ssh:') && knownHostsFile === undefined)
        return {
          found: 'ssh without knownHostsFile',
          expected: 'a knownHostsFile that says which host is trusted',
        };
      if (url.startsWith('http:') && password !== undefined)
        return {
          found: 'a password for http',
          expected: 'https, or no password: http shows it to everybody on the way',
        };
      return null;
    },
  },
  createGitRepository,
);
