import { defineKind } from './define-kind.ts';
import { APPS } from './workload-spec.ts';

export const CONTROLLER_REVISIONS = defineKind({
  ...APPS,
  categories: [],
  kind: 'ControllerRevision',
  plural: 'controllerrevisions',
  singular: 'controllerrevision',
  fields: { data: 'any', revision: 'int' },
});
