export const clusterName = 'sandbox';
export const namespace = 'shop';
