import { createHmac } from 'node:crypto';

/** A press as Slack sends it. */
export interface SlackPress {
  action_id: string;
  value?: string;
  user?: Record<string, string>;
  action_ts?: string;
  response_url?: string;
  /** Of the payload; `block_actions` for a button. */
  type?: string;
}

/** The body of a press: https://docs.slack.dev/reference/interaction-payloads/block_actions-payload */
export function slackPressBody(press: SlackPress): string {
  const {
    action_id,
    value,
    user,
    action_ts = '1548426417.840180',
    response_url,
    type = 'block_actions',
  } = press;
  const payload = {
    ...{ type, team: { id: 'T0SHOP', domain: 'shop' }, api_app_id: 'A1' },
    user: user ?? { id: 'U0ADA1234', username: 'ada', name: 'ada', team_id: 'T0SHOP' },
    container: { type: 'message', message_ts: '1548261231.000200', channel_id: 'C0INCIDENTS' },
    trigger_id: '12321423423.333649436676.d8c1bb837935619ccad0f624c448ffb3',
    channel: { id: 'C0INCIDENTS', name: 'incidents' },
    message: { type: 'message', ts: '1548261231.000200', text: 'Rollback suggested & more' },
    response_url: response_url ?? 'https://hooks.slack.com/actions/T0SHOP/1/abc',
    actions: [
      {
        ...{ action_id, block_id: '=qXel', type: 'button', action_ts },
        ...(value === undefined ? {} : { value }),
        text: { type: 'plain_text', text: 'Roll back', emoji: false },
      },
    ],
  };
  return new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
}

/** The headers with which Slack sends a body. `at`: epoch milliseconds. */
export function slackSigned(body: string | Uint8Array, secret: string, at: number): Record<string, string> {
  const timestamp = String(Math.floor(at / 1000));
  const hex = createHmac('sha256', secret).update(`v0:${timestamp}:`).update(body).digest('hex');
  return {
    'content-type': 'application/x-www-form-urlencoded',
    'x-slack-request-timestamp': timestamp,
    'x-slack-signature': `v0=${hex}`,
  };
}
