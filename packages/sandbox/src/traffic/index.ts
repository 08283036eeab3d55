export {
  startTraffic,
  type Traffic,
} from './start-traffic.ts';
