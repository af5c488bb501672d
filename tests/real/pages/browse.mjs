// Opens a page in a real browser, takes steps on it, and prints as JSON what was seen.
// Called with one argument, as JSON: {tools, chromium, url, width, scheme, media, script, steps, screenshot}
// A step is {press: KEY}, {type: TEXT}, {click: SELECTOR}, {wait: MILLISECONDS} or {ask: EXPRESSION}, which runs in a
// world of its own; {down: SELECTOR, at: SHARE}, {move: SELECTOR, at: SHARE} and {up: true} drag across an element.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const call = JSON.parse(process.argv[2]);
const require = createRequire(`${call.tools}/`);
const puppeteer = require("puppeteer-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

const browser = await puppeteer.launch({
  executablePath: call.chromium,
  headless: true,
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"],
});
try {
  const page = await browser.newPage();
  const seen = { messages: [], requests: [], refused: [], answers: [] };
  page.on("console", (message) => seen.messages.push(message.text()));
  page.on("pageerror", (error) => seen.messages.push(String(error)));
  page.on("dialog", (dialog) => {
    seen.messages.push(`dialog: ${dialog.message()}`);
    dialog.dismiss();
  });
  const network = await page.createCDPSession();
  const sent = new Map();
  await network.send("Network.enable");
  network.on("Network.requestWillBeSent", ({ requestId, request }) => sent.set(requestId, request.url));
  network.on("Network.loadingFailed", ({ requestId, blockedReason }) => {
    if (blockedReason !== "csp") return;
    seen.refused.push(sent.get(requestId)); // the page's own policy stopped it: nothing left the browser
    sent.delete(requestId);
  });
  await page.setJavaScriptEnabled(call.script !== false);
  await page.setViewport({ width: call.width, height: 900 });
  // both in one call: puppeteer's own calls for the one take the other back
  const features = [{ name: "prefers-color-scheme", value: call.scheme }];
  await network.send("Emulation.setEmulatedMedia", { media: call.media || "", features });
  const began = performance.now();
  await page.goto(call.url);
  seen.milliseconds = performance.now() - began;

  const cdp = await page.createCDPSession();
  const { frameTree } = await cdp.send("Page.getFrameTree");
  const world = await cdp.send("Page.createIsolatedWorld", { frameId: frameTree.frame.id, worldName: "test" });
  const ask = async (expression) => {
    const told = await cdp.send("Runtime.evaluate", {
      expression, contextId: world.executionContextId, awaitPromise: true, returnByValue: true,
    });
    if (told.exceptionDetails) throw new Error(JSON.stringify(told.exceptionDetails));
    return told.result.value;
  };
  for (const step of call.steps) {
    if (step.press) await page.keyboard.press(step.press);
    if (step.type) await page.keyboard.type(step.type);
    if (step.click) await page.click(step.click);
    if (step.down || step.move) {
      const box = await (await page.$(step.down || step.move)).boundingBox();
      await page.mouse.move(box.x + box.width * step.at, box.y + box.height / 2, { steps: 4 });
    }
    if (step.down) await page.mouse.down();
    if (step.up) await page.mouse.up();
    if (step.wait) await new Promise((done) => { setTimeout(done, step.wait); });
    if (step.ask) seen.answers.push(await ask(step.ask));
  }
  if (call.script !== false) {
    await ask(`${axe};0`);
    seen.violations = await ask(
      "axe.run().then((r) => r.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target).slice(0, 5).join(' ')}`))");
    seen.checks = await ask("axe.run().then((r) => r.passes.length)");
  }
  seen.overflow = await ask("document.documentElement.scrollWidth > innerWidth");
  if (call.screenshot) await page.screenshot({ path: call.screenshot, fullPage: true });
  seen.requests = [...sent.values()];
  process.stdout.write(JSON.stringify(seen));
} finally {
  await browser.close();
}
