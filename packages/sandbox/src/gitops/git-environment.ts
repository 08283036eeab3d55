import { usualPath } from '../programs/find-program.ts';

/** What the program git is given of the environment: nothing of whoever started Lastgood has a say. */
export const gitEnvironment: Record<string, string> = {
  PATH: usualPath,
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  // The repositories of the shop lie in the data folder, which may have been given to another user since.
  GIT_CONFIG_COUNT: '1',
  GIT_CONFIG_KEY_0: 'safe.directory',
  GIT_CONFIG_VALUE_0: '*',
  GIT_AUTHOR_NAME: 'Shop pipeline',
  GIT_AUTHOR_EMAIL: 'pipeline@sandbox.local',
  GIT_COMMITTER_NAME: 'Shop pipeline',
  GIT_COMMITTER_EMAIL: 'pipeline@sandbox.local',
};
