import { defineKind } from './define-kind.ts';

/** https://kubernetes.io/docs/reference/kubernetes-api/service-resources/ingress-v1/ ; no controller carries what it says. */
export const INGRESSES = defineKind({
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'Ingress',
  plural: 'ingresses',
  singular: 'ingress',
  shortNames: ['ing'],
  subresources: ['status'],
  generation: 'spec',
  fields: {
    spec: {
      fields: { ingressClassName: 'string', defaultBackend: 'object', tls: 'any', rules: { list: 'object' } },
      goType: 'IngressSpec',
    },
    status: 'object',
  },
  setDefaults(object) {
    object.status ??= { loadBalancer: {} };
  },
});
