import { argoRollouts } from './argo-rollouts.ts';
import { blueGreen } from './blue-green.ts';
import { canary } from './canary.ts';
import { configuration } from './configuration.ts';
import { created } from './created.ts';
import { flag } from './flag.ts';
import { flagger } from './flagger.ts';
import { gitops } from './gitops.ts';
import { infrastructure } from './infrastructure.ts';
import { migration } from './migration.ts';
import { progressive } from './progressive.ts';
import { restoreImage } from './restore-image.ts';
import { rolling } from './rolling.ts';
import type { SimulatedWay } from './site.ts';

/**
 * Every way back with a release that it takes back: from here its plans come into the simulation and under the kill suite. A
 * way of the product that has no line here fails `ways.test.ts`.
 */
export const simulatedWays: readonly SimulatedWay[] = [
  gitops,
  rolling,
  argoRollouts,
  flagger,
  blueGreen,
  canary,
  progressive,
  flag,
  migration,
  infrastructure,
  created,
  restoreImage,
  configuration,
];
