import type { Traffic } from '@lastgood/domain/ports/traffic';
import { byCluster } from '../dispatch.ts';
import { definePortFamily } from '../family.ts';
import { awsAlb } from './aws-alb/vendor.ts';
import { haproxy } from './haproxy/vendor.ts';
import { joinTraffic } from './join-traffic.ts';

const title = 'traffic router';

/**
 * What splits and switches traffic outside of the objects of a cluster, one for each cluster. What a cluster does by objects of
 * its own comes with the cluster.
 */
export const traffic = definePortFamily<Traffic>(
  { title, byCluster: true, vendors: [haproxy, awsAlb] },
  (entries) => joinTraffic(byCluster(title, entries), ({ cluster }) => cluster),
);
