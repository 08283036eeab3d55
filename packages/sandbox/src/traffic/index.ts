export {
  startTraffic,
  type Traffic,
  type TrafficCount,
  type TrafficOptions,
  type TrafficTarget,
} from './start-traffic.ts';
