import type { Notifier } from '@lastgood/domain/ports/notifier';
import type { Closable } from '../../vendor.ts';
import { createBegun } from './begun.ts';
import { createPresses } from './press/presses.ts';
import { isChannelId, notAnId, probeSlack } from './probe.ts';
import type { SlackSettings } from './settings.ts';
import { tell } from './tell.ts';
import { createWebApi } from './web-api.ts';

/**
 * Tells a channel by Slack's Web API with a bot token. `now` is epoch milliseconds. Throws when the settings cannot work; never
 * for an outside fault. https://docs.slack.dev/reference/methods/chat.postMessage
 */
export function createSlack(settings: SlackSettings, now: () => number = Date.now): Closable<Notifier> {
  const { name, signingSecret } = settings;
  const api = createWebApi(settings, now);
  const presses = signingSecret === undefined ? null : createPresses({ ...settings, signingSecret });
  const begun = createBegun();
  return {
    ...{ name, hears: 'people' },
    ...(presses ? { presses } : {}),
    async close() {
      await Promise.all([api.close(), presses?.close()]);
    },
    async probe(to, signal) {
      const fault = await probeSlack(api.call, to ?? settings.channel ?? null, signal);
      if (fault === null || fault === 'unknown') return fault;
      return to === null && fault.setting === null ? { ...fault, setting: 'channel' } : fault;
    },
    async deliver(outgoing, signal) {
      const channel = outgoing.to ?? settings.channel ?? null;
      if (channel === null) return { kind: 'refused', reason: noChannel };
      if (!isChannelId(channel)) {
        const { reason, advice } = notAnId(channel);
        return { kind: 'refused', reason: `${reason} ${advice}` };
      }
      const delivery = await tell({ call: api.call, settings, begun, outgoing, channel, signal });
      if (delivery.kind === 'delivered') begun.forget(channel, outgoing.notification.key);
      return delivery;
    },
  };
}

const noChannel = 'No channel is named: set channel, or say in the route where it goes (to).';
