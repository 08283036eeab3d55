import { applyInfrastructure } from './apply-infrastructure.ts';
import { compareCopies } from './compare-copies.ts';
import { ensureCommitReverted } from './ensure-commit-reverted.ts';
import { ensureReplicas } from './ensure-replicas.ts';
import { giveBackOwnership } from './give-back-ownership.ts';
import { holdStage } from './hold-stage.ts';
import { migrateTo } from './migrate-to.ts';
import { notify } from './notify.ts';
import { orderAbort } from './order-abort.ts';
import { reachStage } from './reach-stage.ts';
import { rehearseTemplate } from './rehearse-template.ts';
import { removeObject } from './remove-object.ts';
import { restoreImage } from './restore-image.ts';
import { runFixUp } from './run-fix-up.ts';
import { setConfig } from './set-config.ts';
import { setFlag } from './set-flag.ts';
import { setTemplate } from './set-template.ts';
import { setWeight } from './set-weight.ts';
import { skipAnalysis } from './skip-analysis.ts';
import { startWriters } from './start-writers.ts';
import { stopWriters } from './stop-writers.ts';
import { switchSelector } from './switch-selector.ts';
import { verify } from './verify.ts';
import { waitForPromotion } from './wait-for-promotion.ts';
import { waitForSync } from './wait-for-sync.ts';
import { waitUntilStable } from './wait-until-stable.ts';

/** The closed list of the kinds of steps; `step.ts` makes the types of it. */
export const stepContracts = [
  restoreImage,
  setConfig,
  rehearseTemplate,
  setTemplate,
  giveBackOwnership,
  waitUntilStable,
  ensureReplicas,
  compareCopies,
  reachStage,
  holdStage,
  setWeight,
  switchSelector,
  orderAbort,
  skipAnalysis,
  waitForPromotion,
  setFlag,
  stopWriters,
  migrateTo,
  runFixUp,
  startWriters,
  removeObject,
  applyInfrastructure,
  ensureCommitReverted,
  waitForSync,
  notify,
  verify,
] as const;
