import { clusterCases } from './cluster-cases.ts';
import { configurationCases } from './configuration-cases.ts';
import { dataCases } from './data-cases.ts';
import { deliveryCases } from './delivery-cases.ts';
import { gitCases } from './git-cases.ts';
import { objectCases } from './object-cases.ts';
import { registryCases } from './registry-cases.ts';
import { stageCases } from './stage-cases.ts';
import type { StepCases } from './step-case.ts';
import { verifyAndNotifyCases } from './verify-and-notify-cases.ts';

/** How to generate a world for every kind of step: the compiler asks for each. */
export const stepCases: StepCases = {
  ...clusterCases,
  ...configurationCases,
  ...objectCases,
  ...stageCases,
  ...dataCases,
  ...gitCases,
  ...registryCases,
  ...deliveryCases,
  ...verifyAndNotifyCases,
};
