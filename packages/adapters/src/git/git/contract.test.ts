import { gitContract } from '@lastgood/testkit/contracts/git';
import { openGitWorld } from './git-world-harness.ts';

gitContract('the program git over HTTP', () => openGitWorld());
