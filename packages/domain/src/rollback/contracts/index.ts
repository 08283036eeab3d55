import type { CheckState } from '../../verification/check.ts';
import type { WorkloadObservation } from '../../workload/observation.ts';
import type { StepKind } from '../step.ts';
import { applyInfrastructure, type InfrastructureSeen } from './apply-infrastructure.ts';
import { ensureCommitReverted, type RevertSeen } from './ensure-commit-reverted.ts';
import { type MigrationSeen, migrateTo } from './migrate-to.ts';
import { type NoticeSeen, notify } from './notify.ts';
import { rehearseTemplate } from './rehearse-template.ts';
import { type FixUpSeen, runFixUp } from './run-fix-up.ts';
import { type FlagSeen, setFlag } from './set-flag.ts';
import { setTemplate, type TemplateSeen } from './set-template.ts';
import { setWeight, type WeightSeen } from './set-weight.ts';
import { startWriters } from './start-writers.ts';
import type { StepContract } from './step-contract.ts';
import { stopWriters } from './stop-writers.ts';
import { type SelectorSeen, switchSelector } from './switch-selector.ts';
import { verify } from './verify.ts';
import { type SyncSeen, waitForSync } from './wait-for-sync.ts';
import { waitUntilStable } from './wait-until-stable.ts';
import type { WritersSeen } from './writers-seen.ts';

/** What is observed of the world for each kind of step. */
export interface SeenByKind {
  'rehearse-template': TemplateSeen;
  'set-template': TemplateSeen;
  'wait-until-stable': WorkloadObservation;
  'set-weight': WeightSeen;
  'switch-selector': SelectorSeen;
  'set-flag': FlagSeen;
  'stop-writers': WritersSeen;
  'migrate-to': MigrationSeen;
  'run-fix-up': FixUpSeen;
  'start-writers': WritersSeen;
  'apply-infrastructure': InfrastructureSeen;
  'ensure-commit-reverted': RevertSeen;
  'wait-for-sync': SyncSeen;
  notify: NoticeSeen;
  verify: readonly CheckState[];
}

export type ContractOf<K extends StepKind> = StepContract<K, SeenByKind[K]>;

/** The list of contracts: the compiler asks for every kind of step. */
export const stepContracts: { [K in StepKind]: ContractOf<K> } = {
  'rehearse-template': rehearseTemplate,
  'set-template': setTemplate,
  'wait-until-stable': waitUntilStable,
  'set-weight': setWeight,
  'switch-selector': switchSelector,
  'set-flag': setFlag,
  'stop-writers': stopWriters,
  'migrate-to': migrateTo,
  'run-fix-up': runFixUp,
  'start-writers': startWriters,
  'apply-infrastructure': applyInfrastructure,
  'ensure-commit-reverted': ensureCommitReverted,
  'wait-for-sync': waitForSync,
  notify,
  verify,
};

export type { InfrastructureSeen } from './apply-infrastructure.ts';
export type { RevertSeen } from './ensure-commit-reverted.ts';
export type { MigrationSeen } from './migrate-to.ts';
export type { NoticeSeen } from './notify.ts';
export type { FixUpSeen } from './run-fix-up.ts';
export type { FlagSeen } from './set-flag.ts';
export type { TemplateSeen } from './set-template.ts';
export type { WeightSeen } from './set-weight.ts';
export type { StepContract, StepRefusal } from './step-contract.ts';
export type { SelectorSeen } from './switch-selector.ts';
export type { SyncSeen } from './wait-for-sync.ts';
export type { WritersSeen } from './writers-seen.ts';
