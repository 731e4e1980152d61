// The tape over Server-Sent Events. The browser comes back by itself when a connection breaks; where it gives up (a worker
// that answers with a fault), this does, from the last id.

const LONGEST_WAIT_MS = 30_000;

export class Stream {
  #source = null;
  #timer = null;
  #wait = 1_000;
  #last = null;

  #turn = 0;

  /** `on` has before(events), message(event), activity(counts), gap(gap), dropped(why), refused(reason), state(name, seconds). */
  constructor(on) {
    this.on = on;
    addEventListener("online", () => this.#timer && this.#again());
  }

  /** Begin anew: with the events that `before` selects, then live with those of `query`. */
  open(before, query) {
    [this.before, this.query] = [before, query];
    this.#turn += 1;
    this.#last = null;
    this.#wait = 1_000;
    this.on.state("connecting");
    this.#again();
  }

  #again() {
    clearTimeout(this.#timer);
    this.#timer = null;
    this.#source?.close();
    this.#source = null;
    if (this.#last) this.#connect();
    else this.#begin(this.#turn);
  }

  async #begin(turn) {
    try {
      const { events, cursor } = await backlog(this.before);
      if (turn !== this.#turn) return;
      this.on.before(events);
      this.#last = cursor;
      this.#connect();
    } catch (error) {
      if (turn !== this.#turn) return;
      if (error.refused) this.on.refused(error.message); // asking again would be refused again
      else this.#later();
    }
  }

  #later() {
    this.on.state("retrying", Math.round(this.#wait / 1_000));
    this.#timer = setTimeout(() => this.#again(), this.#wait);
    this.#wait = Math.min(LONGEST_WAIT_MS, this.#wait * 2);
  }

  #connect() {
    const query = new URLSearchParams(this.query);
    query.set("cursor", this.#last);
    const source = new EventSource(`/events?${query}`);
    this.#source = source;
    const read = (what) => (message) => {
      if (message.lastEventId) this.#last = message.lastEventId;
      let value;
      try {
        value = JSON.parse(message.data);
      } catch {
        return; // not ours
      }
      what(value);
    };
    source.onopen = () => {
      this.#wait = 1_000;
      this.on.state("live");
    };
    source.onmessage = read((event) => this.on.message(event));
    source.addEventListener("activity", read((counts) => this.on.activity(counts)));
    source.addEventListener("gap", read((gap) => this.on.gap(gap)));
    source.addEventListener("dropped", read((why) => this.on.dropped(why)));
    source.onerror = () => {
      if (source !== this.#source) return;
      if (source.readyState === EventSource.CLOSED) {
        this.#later();
      } else {
        this.on.state("reconnecting");
      }
    };
  }
}

/** The events that a stream has now, and the cursor behind them. */
export async function backlog(query) {
  const response = await fetch(`/events?${query}&follow=false`);
  if (response.status === 401) location.reload();
  if (!response.ok) throw await faultIn(response);
  const events = [];
  let cursor = null;
  for (const block of (await response.text()).split("\n\n")) {
    const lines = block.split("\n");
    cursor = lines.find((line) => line.startsWith("id: "))?.slice(4) ?? cursor;
    if (lines.some((line) => line.startsWith("event: "))) continue;
    const data = lines.find((line) => line.startsWith("data: "));
    if (data) events.push(JSON.parse(data.slice(6)));
  }
  return { events, cursor };
}

/** Why a worker has no answer; `refused` where it is what was asked for. */
async function faultIn(response) {
  const said = await response.json().catch(() => null);
  return Object.assign(new Error(said?.reason ?? String(response.status)), { refused: response.status === 400 });
}

/** JSON of a view; an error with the worker's own reason where it has none. A session that has ended asks anew. */
export async function view(path) {
  const response = await fetch(path);
  if (response.status === 401) {
    location.reload();
    throw new Error("signed out");
  }
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.reason ?? response.statusText);
  return answer;
}
