import type { KindDefinition } from '../kinds/kind-definition.ts';
import { KINDS, knowsGroupVersion } from '../kinds/kind-registry.ts';
import type { ApiAnswer, ApiRequest } from './request.ts';

/**
 * As much of the OpenAPI documents as clients need before they write: that the server itself checks fields. Schemas are not
 * published. https://kubernetes.io/docs/concepts/overview/kubernetes-api/#openapi-interface-definition
 */
export function answerOpenapi({ path, accept }: ApiRequest): ApiAnswer | undefined {
  if (path === '/openapi/v3') return { status: 200, body: { paths: Object.fromEntries(groupVersions()) } };
  if (path === '/openapi/v2') return swagger(accept.some(({ type }) => type === protobuf));
  const [, group = '', version = ''] = path.match(/^\/openapi\/v3\/apis?\/(?:([^/]+)\/)?([^/]+)$/) ?? [];
  return version && knowsGroupVersion(group, version)
    ? { status: 200, body: document(group, version) }
    : undefined;
}

const protobuf = 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf';

/** The message Document with `swagger` 2.0 and nothing in `info`, `paths` and `definitions` (its fields 1, 2, 8 and 9). */
const emptyDocument = '\n\x032.0\x12\0B\0J\0';

/** Clients before 1.27 read this one, and skip what it does not describe. */
function swagger(asProtobuf: boolean): ApiAnswer {
  if (!asProtobuf) return { status: 200, body: { swagger: '2.0', info, paths: {}, definitions: {} } };
  // `@` may not stand in a media type that is sent.
  return { status: 200, body: emptyDocument, contentType: protobuf.replace('@', '.') };
}

const info = { title: 'Kubernetes', version: 'v1.36.2' };

function groupVersions(): [string, { serverRelativeURL: string }][] {
  return KINDS.map(({ group, version }) => {
    const name = group ? `apis/${group}/${version}` : `api/${version}`;
    return [name, { serverRelativeURL: `/openapi/v3/${name}` }];
  });
}

function document(group: string, version: string): object {
  const kinds = KINDS.filter((kind) => kind.group === group && kind.version === version);
  const paths = Object.fromEntries(kinds.map((kind) => [pathOf(kind), { patch: patchOperation(kind) }]));
  return { openapi: '3.0.0', info, paths };
}

function pathOf({ group, version, plural, namespaced }: KindDefinition): string {
  const scope = namespaced ? '/namespaces/{namespace}' : '';
  return `${group ? `/apis/${group}` : '/api'}/${version}${scope}/${plural}/{name}`;
}

function patchOperation({ group, version, kind }: KindDefinition): object {
  return {
    parameters: ['dryRun', 'fieldManager', 'fieldValidation', 'force'].map((name) => ({
      name,
      in: 'query',
      schema: { type: name === 'force' ? 'boolean' : 'string' },
    })),
    responses: { 200: { description: 'OK' } },
    'x-kubernetes-action': 'patch',
    'x-kubernetes-group-version-kind': { group, version, kind },
  };
}
