import { gitContract } from '@lastgood/testkit/contracts/git';
import { afterAll } from 'vitest';
import { closeGitWorlds, openGitWorld } from './git-world-harness.ts';

afterAll(closeGitWorlds);

gitContract('the program git over HTTP', () => openGitWorld());
