export { type RunningWorld, startOrAdoptWorld } from './adopt-world.ts';
export { fleet, scenarioNames } from './shop/index.ts';
export { clusterName, namespace } from './shop/place.ts';
export type { OfferedService, Registration, SampleService } from './shop/scenario.ts';
export { type WorldAddresses, worldLookbackMs } from './start-world.ts';
