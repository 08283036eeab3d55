import type { Teller } from '@lastgood/domain/alert/teller';
import { Type } from 'typebox';
import { defineVendor } from '../../vendor.ts';
import { readWebhook } from './read-webhook.ts';

/** An Alertmanager, or several that are one: all that there is to know of it is what it is called. */
const settings = Type.Object({}, { additionalProperties: false });

/** It looks every `group_interval` whether more than `repeat_interval` has passed: with a minute for both it tells every two. */
const teller: Teller = {
  title: 'Alertmanager',
  eachMinute: 'with group_interval: 30s and repeat_interval: 50s',
};

export const alertmanager = defineVendor(
  { kind: 'alertmanager', title: 'Alertmanager', settings },
  ({ name }) => ({ name, teller, read: readWebhook }),
);
