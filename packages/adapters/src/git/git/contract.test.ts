import { gitContract } from '@lastgood/testkit/contracts/git';
import { afterAll, describe } from 'vitest';
import { closeGitWorlds, missing, openGitWorld, orWhyNot } from './git-world-harness.ts';

afterAll(closeGitWorlds);

describe.skipIf(missing !== null)(`the real program${orWhyNot}`, () => {
  gitContract('the program git over HTTP', () => openGitWorld());
});
