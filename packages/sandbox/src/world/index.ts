export { type RunningWorld, startOrAdoptWorld } from './adopt-world.ts';
export { clusterName, fleet, namespace, type OfferedVersion, type SampleService } from './fleet.ts';
export {
  startWorld,
  type World,
  type WorldAddresses,
  type WorldOptions,
  type WorldPorts,
} from './start-world.ts';
