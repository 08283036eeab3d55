import { fittingText } from '../fitting-text.ts';
import type { ProbeAnswer } from '../receiver-fault.ts';
import { adviceFor, isRecord, untrusted } from './answer.ts';
import { channelId } from './settings.ts';
import type { SlackCall } from './web-api.ts';

/** Whether the token works and may write to the channel. */
export async function probeSlack(
  call: SlackCall,
  channel: string | null,
  signal: AbortSignal,
): Promise<ProbeAnswer> {
  const auth = await call('auth.test', {}, signal);
  if (auth.kind === 'retry') return 'unknown';
  if (auth.kind === 'refused') {
    const setting = settingOf(auth.error);
    const advice = adviceFor(auth.error) ?? `Look at ${setting}.`;
    return { setting, reason: auth.reason.replace(` ${advice}`, ''), advice };
  }
  const { scopes } = auth;
  if (scopes && !scopes.includes('chat:write')) {
    const reason = 'The token may not write messages: it has no scope chat:write.';
    return { setting: 'token', reason, advice: 'Give the app the scope chat:write and install it again.' };
  }
  return channel === null ? unplaced : channelFault(call, channel, scopes ?? [], signal);
}

const unplaced: ProbeAnswer = {
  ...{ setting: 'channel', unplaced: true, reason: 'No channel is named.' },
  advice: "Set channel to a channel's ID, or say in each route where it goes (to).",
};

function settingOf(error: string | null): 'tlsCa' | 'url' | 'token' {
  if (error === untrusted) return 'tlsCa';
  return error === null ? 'url' : 'token';
}

async function channelFault(
  call: SlackCall,
  channel: string,
  scopes: readonly string[],
  signal: AbortSignal,
): Promise<ProbeAnswer> {
  if (!isChannelId(channel)) return { setting: null, ...notAnId(channel) };
  const answer = await call('conversations.info', { channel }, signal);
  if (answer.kind === 'retry') return 'unknown';
  if (answer.kind === 'refused') {
    // Writing needs no right to look.
    if (answer.error === 'missing_scope') return null;
    const advice = adviceFor(answer.error) ?? 'Write the ID of another channel.';
    return { setting: null, reason: answer.reason.replace(` ${advice}`, ''), advice };
  }
  const found = isRecord(answer.body.channel) ? answer.body.channel : {};
  const name = typeof found.name === 'string' ? `${channel} (#${fittingText(found.name, 80)})` : channel;
  if (found.is_archived === true) {
    return { setting: null, reason: `The channel ${name} is archived.`, advice: 'Choose another channel.' };
  }
  if (found.is_member === false && !scopes.includes('chat:write.public')) {
    const advice = 'Invite the app to the channel.';
    return { setting: null, reason: `The app is not in the channel ${name}.`, advice };
  }
  return null;
}

export function isChannelId(channel: string): boolean {
  return new RegExp(channelId).test(channel);
}

/** A name may be given to another channel tomorrow, and nothing can be looked up by it. */
export function notAnId(channel: string): { reason: string; advice: string } {
  return {
    reason: `“${channel.slice(0, 80)}” is not the ID of a channel.`,
    advice: "Write the channel's ID (C…), which is at the bottom of its details in Slack.",
  };
}
