import type { KubeObject } from '../objects.ts';
import type { FieldSchema } from './field-schema.ts';

/** What makes one kind different from the others. Everything else is done alike for all of them. */
export interface KindDefinition {
  group: string;
  version: string;
  kind: string;
  plural: string;
  singular: string;
  shortNames: string[];
  categories: string[];
  namespaced: boolean;
  /** Brought by a CustomResourceDefinition: no strategic merge patch, and no type that is told by the decoder. */
  isCustom: boolean;
  subresources: ('status' | 'scale' | 'eviction')[];
  schema: FieldSchema;
  /** Which changes add one to `metadata.generation`; `never` also means that there is none. */
  generation: 'never' | 'spec' | 'spec-and-annotations' | 'all-but-metadata';
  /** What DELETE answers when the object goes at once. */
  deleteAnswer: 'status' | 'object';
  /** Besides metadata.name and metadata.namespace: selectable field to its value. */
  selectableFields: Record<string, (object: KubeObject) => string>;
  /** Fills in what the client left out. `isNew` is false for updates. May change its argument. */
  setDefaults(object: KubeObject, context: DefaultsContext): void;
  validate(object: KubeObject, old: KubeObject | undefined): Cause[];
  /** Lets a kind settle fields the server owns, once the new version is known. May change its argument. */
  settle(object: KubeObject, old: KubeObject | undefined): void;
  /** Columns of the Table a client may ask for instead of a list; kinds without get Name and Age. */
  columns: TableColumn[];
}

/** One thing that is wrong with an object, as the API tells it. */
export interface Cause {
  reason: string;
  message: string;
  field: string;
}

export interface DefaultsContext {
  isNew: boolean;
  /** The next free cluster address. */
  nextClusterIp(): string;
}

export interface TableColumn {
  name: string;
  type: 'string' | 'integer';
  priority: 0 | 1;
  cell(object: KubeObject): string | number;
}

export function apiVersionOf(kind: Pick<KindDefinition, 'group' | 'version'>): string {
  return kind.group ? `${kind.group}/${kind.version}` : kind.version;
}
