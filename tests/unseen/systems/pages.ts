/** Small pages that a foreign team might have written. */

/** A page around a script. */
export function html(script: string, more: { head?: string; body?: string; title?: string } = {}): string {
  return `<!doctype html><html><head><meta charset="utf-8"><title>${more.title ?? 'Order desk'}</title>${more.head ?? ''}</head>
<body><h1>${more.title ?? 'Order desk'}</h1><p id="state">connecting</p><ul id="list"></ul>${more.body ?? ''}
<script>
const state = (text) => { document.getElementById('state').textContent = text; };
const show = (text) => { const item = document.createElement('li'); item.textContent = text; document.getElementById('list').append(item); };
${script}
</script></body></html>`;
}

/** A raw WebSocket page. `url` is a JavaScript expression. */
export function rawPage(
  url: string,
  options: {
    reconnect?: boolean;
    protocols?: string;
    hello?: string;
    pick?: string;
    more?: string;
    head?: string;
    beat?: number;
  } = {},
): string {
  const { reconnect = true, protocols, hello, pick = 'data.text', more = '', head, beat } = options;
  return html(
    `function connect() {
  const socket = new WebSocket(${url}${protocols ? `, ${protocols}` : ''});
  socket.onopen = () => { state('connected'); ${hello ? `socket.send(${hello});` : ''} ${beat ? `setInterval(() => socket.send('{"type":"ping"}'), ${beat});` : ''} };
  socket.onmessage = (event) => { let data; try { data = JSON.parse(event.data); } catch { data = { text: event.data }; } const text = ${pick}; if (text) show(text); };
  socket.onclose = () => { state('disconnected'); ${reconnect ? 'setTimeout(connect, 1000);' : ''} };
}
connect();
${more}`,
    head ? { head } : {},
  );
}

/** A Socket.IO page; the client library comes from /client.js of the page's server. */
export function socketIoPage(
  url: string,
  options: string,
  events = "socket.on('message:new', (message) => show(message.text));",
): string {
  return html(
    `const socket = io(${url}, ${options});
socket.on('connect', () => state('connected'));
socket.on('connect_error', (error) => state('error: ' + error.message));
socket.on('disconnect', (reason) => state('disconnected: ' + reason));
${events}`,
    { head: '<script src="/client.js"></script>' },
  );
}

/** A page with an event stream. */
export function ssePage(url: string, event = 'message'): string {
  return html(`const source = new EventSource(${url});
source.onopen = () => state('connected');
source.onerror = () => state('disconnected');
source.addEventListener('${event}', (event) => show(JSON.parse(event.data).text));`);
}

/** A page that polls. */
export function pollPage(url: string, every = 1000): string {
  return html(`let last = 0;
async function poll() {
  try {
    const answer = await fetch(${url} + '?after=' + last);
    const data = await answer.json();
    for (const message of data.messages) { last = message.id; show(message.text); }
    state('connected');
  } catch { state('disconnected'); }
  setTimeout(poll, ${every});
}
poll();`);
}

/** A page that speaks the Pusher protocol by hand, as small clients do. */
export function pusherPage(url: string, options: { channels?: string[]; auth?: string; event?: string } = {}): string {
  const { channels = ['orders'], auth = '/broadcasting/auth', event = 'order.updated' } = options;
  return html(`const socket = new WebSocket(${url});
let id;
const subscribe = async (channel) => {
  let signature = '';
  if (channel.startsWith('private-')) {
    const answer = await fetch('${auth}', { method: 'POST', headers: { 'Content-Type': 'application/x-www-form-urlencoded' }, body: 'socket_id=' + id + '&channel_name=' + channel });
    try { signature = (await answer.json()).auth; } catch { state('not authorised for ' + channel); return; }
  }
  socket.send(JSON.stringify({ event: 'pusher:subscribe', data: { auth: signature, channel } }));
};
socket.onmessage = (message) => {
  const frame = JSON.parse(message.data);
  const data = typeof frame.data === 'string' ? JSON.parse(frame.data) : frame.data;
  if (frame.event === 'pusher:connection_established') { id = data.socket_id; state('connected'); ${JSON.stringify(channels)}.forEach(subscribe); }
  if (frame.event === 'pusher:error') { state('error'); socket.close(); }
  if (frame.event === '${event}') show(data.text);
};
socket.onclose = () => state('disconnected');`);
}
