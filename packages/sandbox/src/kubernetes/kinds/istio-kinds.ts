import type { JsonObject } from '../objects.ts';
import { customKind, integerCauses } from './custom-kind.ts';
import { defineKind } from './define-kind.ts';

const istio = {
  ...customKind,
  group: 'networking.istio.io',
  version: 'v1',
  categories: ['istio-io', 'networking-istio-io'],
};

/** https://istio.io/latest/docs/reference/config/networking/virtual-service/ ; no mesh carries what it says. */
export const VIRTUAL_SERVICES = defineKind({
  ...istio,
  kind: 'VirtualService',
  plural: 'virtualservices',
  singular: 'virtualservice',
  shortNames: ['vs'],
  fields: {
    spec: {
      fields: { hosts: 'any', gateways: 'any', http: 'any', tls: 'any', tcp: 'any', exportTo: 'any' },
    },
    status: 'object',
  },
  validate(object) {
    const { http = [] } = (object.spec ?? {}) as { http?: { route?: JsonObject[] }[] };
    return http.flatMap(({ route = [] }, rule) =>
      route.flatMap(({ weight }, index) =>
        integerCauses(weight, `spec.http[${rule}].route[${index}].weight`, [-(2 ** 31), 2 ** 31 - 1]),
      ),
    );
  },
});

/** https://istio.io/latest/docs/reference/config/networking/destination-rule/ */
export const DESTINATION_RULES = defineKind({
  ...istio,
  kind: 'DestinationRule',
  plural: 'destinationrules',
  singular: 'destinationrule',
  shortNames: ['dr'],
  fields: { spec: 'object', status: 'object' },
});
