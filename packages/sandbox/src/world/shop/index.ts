import { blueGreen } from './blue-green/blue-green.ts';
import { canary } from './canary/canary.ts';
import { cascade } from './cascade/cascade.ts';
import { flag } from './flag/flag.ts';
import { gitops } from './gitops/gitops.ts';
import { infrastructure } from './infrastructure/infrastructure.ts';
import { migration } from './migration/migration.ts';
import { plain } from './plain/plain.ts';
import { progressive } from './progressive/progressive.ts';
import type { Scenario } from './scenario.ts';

/** The list: what the shop shows. */
export const shop: readonly Scenario[] = [
  plain,
  blueGreen,
  canary,
  progressive,
  flag,
  migration,
  gitops,
  infrastructure,
  cascade,
];

export const fleet = shop.flatMap(({ services }) => services);

/** What the shop can be told to show. */
export const scenarioNames = shop.map(({ name }) => name);
