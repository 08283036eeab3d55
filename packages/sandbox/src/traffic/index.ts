export { createDataPlane, type DataPlane } from './data-plane.ts';
export { startGateway } from './gateway.ts';
export { hostnameOf } from './http-routes.ts';
export {
  startTraffic,
  type Traffic,
} from './start-traffic.ts';
