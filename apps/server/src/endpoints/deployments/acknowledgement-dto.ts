import type * as domain from '@lastgood/domain';
import { iso } from '../../wire/instant.ts';
import type * as wire from './acknowledgement-schema.ts';

export function toAcknowledgementDto({ by, note, at, until }: domain.Acknowledgement): wire.Acknowledgement {
  return { by, note, at: iso(at), until: iso(until) };
}
