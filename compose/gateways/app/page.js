// Five ways of being live, each with its state and its list.
const RETRY_MS = 1000;
const way = (name) => {
  const state = document.body.appendChild(document.createElement('p'));
  const list = document.body.appendChild(document.createElement('ul'));
  state.dataset.testid = `${name}-state`;
  list.dataset.testid = name;
  const say = (text) => {
    state.dataset.state = text;
    state.textContent = `${name}: ${text}`;
  };
  say('connecting');
  return { say, add: (text) => list.appendChild(document.createElement('li')).append(text) };
};
const ways = Object.fromEntries(['ws', 'io-websocket', 'io-polling', 'sse', 'stream'].map((name) => [name, way(name)]));

// What was stored before.
fetch('/live/messages')
  .then((answer) => answer.json())
  .then((stored) => Object.entries(stored).forEach(([name, texts]) => texts.forEach(ways[name].add)))
  .catch(() => undefined);

// A WebSocket.
function connect() {
  const { say, add } = ways.ws;
  const socket = new WebSocket(`wss://${location.host}/live/ws`);
  socket.onmessage = ({ data }) => {
    const { open, text } = JSON.parse(data);
    if (open) say('live');
    else add(text);
  };
  socket.onclose = () => {
    say('closed');
    setTimeout(connect, RETRY_MS);
  };
}
connect();

// Socket.IO, as it is by default, and with the WebSocket first.
for (const [first, transports] of [
  ['polling', ['polling', 'websocket']],
  ['websocket', ['websocket']],
]) {
  const { say, add } = ways[`io-${first}`];
  const socket = io({ path: '/live/socket.io/', transports, auth: { first }, forceNew: true });
  socket.on('connect', () => say('live'));
  socket.on('disconnect', () => say('closed'));
  socket.on('connect_error', () => say('closed'));
  socket.on('message', ({ text }) => add(text));
}

// Server-Sent Events.
const events = new EventSource('/live/events');
events.addEventListener('open', () => ways.sse.say('live'));
events.addEventListener('error', () => ways.sse.say('closed'));
events.addEventListener('message', ({ data }) => ways.sse.add(JSON.parse(data).text));

// A POST whose answer is a stream, as those of chats and of MCP servers. With a picture, it is larger than 1 MB.
async function ask() {
  const { say, add } = ways.stream;
  const body = JSON.stringify({ prompt: 'What is new?', picture: 'A'.repeat(1_200_000) });
  const answer = await fetch('/live/chat', {
    method: 'POST',
    headers: { accept: 'text/event-stream', 'content-type': 'application/json' },
    body,
  });
  if (!answer.ok) throw new Error(String(answer.status));
  say('live');
  let rest = '';
  for await (const chunk of answer.body.pipeThrough(new TextDecoderStream())) {
    const parts = (rest + chunk).split('\n\n');
    rest = parts.pop();
    for (const part of parts) {
      const [, data] = /^event: message\ndata: (.*)$/.exec(part) ?? [];
      if (data) add(JSON.parse(data).text);
    }
  }
  say('closed');
}
ask().catch(() => ways.stream.say('closed'));
