import type * as domain from '@lastgood/domain';
import { iso } from '../../wire/instant.ts';
import type * as wire from './mark-schema.ts';

export function toMarkDto({ verdict, by, note, at }: domain.DeploymentMark): wire.DeploymentMark {
  return { verdict, by, note, at: iso(at) };
}
