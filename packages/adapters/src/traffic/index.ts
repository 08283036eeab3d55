import type { Traffic } from '@lastgood/domain/ports/traffic';
import { byCluster, dispatch } from '../dispatch.ts';
import { definePortFamily } from '../family.ts';
import { awsAlb } from './aws-alb/vendor.ts';
import { haproxy } from './haproxy/vendor.ts';

const title = 'traffic router';
const ofRoute = ({ route }: { route: { cluster: string } }) => route.cluster;
const ofService = ({ service }: { service: { cluster: string } }) => service.cluster;

/** What splits and switches traffic, one for each cluster. */
export const traffic = definePortFamily<Traffic>(
  { title, byCluster: true, vendors: [awsAlb, haproxy] },
  (entries) => {
    const { read, effect } = dispatch(byCluster(title, entries));
    return {
      readRoute: read('route', ofRoute, (made) => made.readRoute),
      readSelector: read('selector', ofService, (made) => made.readSelector),
      setWeight: effect('set-weight', ofRoute, (made) => made.setWeight),
      switchSelector: effect('switch-selector', ofService, (made) => made.switchSelector),
    };
  },
);
