export { type RunningWorld, startOrAdoptWorld } from './adopt-world.ts';
export { clusterName, fleet, namespace, type SampleService } from './fleet.ts';
export { type WorldAddresses, worldLookbackMs } from './start-world.ts';
