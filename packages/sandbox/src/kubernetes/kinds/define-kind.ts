import type { FieldSchema } from './field-schema.ts';
import type { KindDefinition } from './kind-definition.ts';

const METADATA_SCHEMA: FieldSchema = {
  fields: {
    name: 'string',
    generateName: 'string',
    namespace: 'string',
    uid: 'string',
    resourceVersion: 'string',
    generation: 'int',
    creationTimestamp: 'string',
    deletionTimestamp: 'string',
    deletionGracePeriodSeconds: 'int',
    labels: { map: 'string' },
    annotations: { map: 'string' },
    finalizers: { list: 'string' },
    ownerReferences: { list: 'any' },
    managedFields: 'any',
    selfLink: 'string',
  },
  goType: 'ObjectMeta',
};

type Given = Pick<KindDefinition, 'group' | 'version' | 'kind' | 'plural' | 'singular'> &
  Partial<Omit<KindDefinition, 'schema'>> & { fields: Record<string, FieldSchema> };

/** A kind from what is special about it; `fields` are the members beside kind, apiVersion and metadata. */
export function defineKind({ fields, ...given }: Given): KindDefinition {
  return {
    shortNames: [],
    categories: [],
    namespaced: true,
    isCustom: false,
    subresources: [],
    generation: 'never',
    deleteAnswer: 'status',
    selectableFields: {},
    setDefaults: () => {},
    validate: () => [],
    settle: () => {},
    columns: [],
    ...given,
    schema: {
      goType: given.kind,
      fields: { kind: 'string', apiVersion: 'string', metadata: METADATA_SCHEMA, ...fields },
    },
  };
}
