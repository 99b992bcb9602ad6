"""Open the reports of the runs in the folder argv[1] and see that they do what they should."""

import json
import os
import re
import sys

import h5py
import numpy as np

from test_report_browser import Browser

LIMIT = 3000000
PICTURE = "document.querySelector('canvas.picture').toDataURL()"


def check(condition, *words):
    if not condition:
        print("FAILED:", *words)
        sys.exit(1)


def quiet(browser, run):
    """No error, no warning, no request."""
    check(not browser.complaints(), run, "complains:", browser.complaints())
    check(not browser.requests(), run, "asks for", browser.requests())


def difference(browser, folder):
    """The largest difference between the page's decoder and the results, over ten codes."""
    with h5py.File(os.path.join(folder, "results.h5")) as f:
        codes, images = f["codes"][:10], f["reconstructions"][:10].reshape(10, -1)
    script = f"{json.dumps(codes.astype(float).tolist())}.map(hourglass.decode)"
    return float(np.abs(np.array(browser.run(script)) - images).max())


def decoder_agrees(browser, folder, run):
    error = difference(browser, folder)
    print(f"{run}: the decoders differ by {error:.2g}")
    check(error < 1e-4, run, "the decoders differ by", error)


def rounding_is_as_stated(browser, folder, run):
    """Weights in a shorter form: the page says in which, and how far its pixels are off."""
    path = os.path.join(folder, run, "report.html")
    check(os.path.getsize(path) < LIMIT, run, "has", os.path.getsize(path), "bytes")
    browser.open(path)
    said = browser.run("document.querySelector('#stage .note').textContent")
    stated = re.search(r"\((\w+).*at most (\S+) off", said)
    check(stated and stated[1] == run, run, "is stated as", said)
    error = difference(browser, os.path.join(folder, run))
    print(f"{run}: the decoders differ by {error:.2g}, stated {stated[2]}")
    check(1e-6 < error < 1.1 * float(stated[2]) + 1e-5, run, "is off by", error, "but states", stated[2])


def broken_weight_is_seen(browser, folder):
    browser.run("""(() => { const b = hourglass.layers.filter(l => l.weights.length).at(-1).weights[1];
                   b[b.length >> 1] += 0.5; })()""")
    check(difference(browser, folder) > 1e-3, "a broken weight is not seen")


def box(browser, selector):
    browser.run(f"document.querySelector('{selector}').scrollIntoView({{block: 'center', behavior: 'instant'}})")
    return json.loads(browser.run(
        f"JSON.stringify(document.querySelector('{selector}').getBoundingClientRect())"))


def map_answers(browser):
    """A move shows another picture, leaving brings the old one back; click and keys choose."""
    area = box(browser, "canvas.map")
    x, y = area["x"] + area["width"] / 2, area["y"] + area["height"] / 2
    browser.frame()
    before = browser.run(PICTURE)
    browser.mouse("mouseMoved", x - 60, y + 50)
    browser.frame()
    moved = browser.run(PICTURE)
    check(moved != before, "moving on the map does not change the picture")
    browser.mouse("mouseMoved", area["x"] + area["width"] + 40, y)
    browser.frame()
    check(browser.run(PICTURE) == before, "leaving the map does not bring the choice back")
    for kind in ("mousePressed", "mouseReleased"):
        browser.mouse(kind, x - 60, y + 50, button="left", buttons=1, clickCount=1)
    browser.frame()
    browser.mouse("mouseMoved", area["x"] + area["width"] + 40, y)
    browser.frame()
    check(browser.run(PICTURE) == moved, "a click does not choose")
    browser.run("document.querySelector('canvas.map').focus()")
    browser.key("ArrowRight")
    browser.frame()
    check(browser.run(PICTURE) != moved, "an arrow key does not move")


def touch_answers(browser):
    area = box(browser, "canvas.map")
    before = browser.run(PICTURE)
    point = [{"x": area["x"] + 40, "y": area["y"] + 40}]
    browser.call("Input.dispatchTouchEvent", type="touchStart", touchPoints=point)
    browser.call("Input.dispatchTouchEvent", type="touchEnd", touchPoints=[])
    browser.frame()
    check(browser.run(PICTURE) != before, "a touch does not choose")


def set_range(browser, selector, value):
    browser.run(f"""(() => {{ const e = document.querySelector('{selector}'); e.value = {value};
                   e.dispatchEvent(new Event('input')); }})()""")
    browser.frame()


def controls_answer(browser):
    """Sliders, the mix of two samples, the draw, the theme."""
    before = browser.run(PICTURE)
    set_range(browser, ".sliders input", 0.1234)
    check(browser.run(PICTURE) != before, "a slider does not change the picture")
    between = "document.querySelector('.between canvas.picture').toDataURL()"
    set_range(browser, "#between-t", 0)
    first = browser.run(between)
    set_range(browser, "#between-t", 1)
    check(browser.run(between) != first, "the mix does not change the picture")
    browser.run("document.querySelector('input[name=to][value=\"5\"]').click()")
    browser.frame()
    check(browser.run(between) != first, "another end does not change the picture")
    dark = "getComputedStyle(document.body).backgroundColor"
    light = browser.run(dark)
    browser.run("document.querySelector('.theme').click()")
    check(browser.run(dark) != light, "the switch does not change the theme")
    browser.run("document.querySelector('.theme').click()")


def draws(browser):
    before = browser.run(PICTURE)
    browser.run("[...document.querySelectorAll('button')].find(b => /N\\(0, I\\)/.test(b.textContent)).click()")
    browser.frame()
    check(browser.run(PICTURE) != before, "a draw does not change the picture")


def fits_a_phone(browser, path, run):
    browser.call("Emulation.setDeviceMetricsOverride", width=390, height=844, deviceScaleFactor=2, mobile=True)
    browser.call("Emulation.setTouchEmulationEnabled", enabled=True)
    browser.open(path)
    browser.frame()
    wide = browser.run("document.documentElement.scrollWidth")
    check(wide <= 390, run, "is", wide, "pixels wide on a phone")
    touch_answers(browser)
    quiet(browser, run)
    browser.call("Emulation.setTouchEmulationEnabled", enabled=False)
    browser.call("Emulation.clearDeviceMetricsOverride")


def complete_without_scripts(browser, path):
    browser.call("Emulation.setScriptExecutionDisabled", value=True)
    browser.open(path)
    text = browser.run("document.body.innerText")
    for word in ("Figures", "Layers", "Provenance", "learning_rate", "Encoder", "PCA with 2 components",
                 "where scripts are allowed", "git_commit"):
        check(word in text, "without scripts there is no", word)
    images = browser.run("[...document.querySelectorAll('figure img')].map(i => i.naturalWidth)")
    check(len(images) >= 8 and min(images) > 100, "without scripts the figures are", images)
    browser.call("Emulation.setScriptExecutionDisabled", value=False)


def hostile_name_is_words(browser):
    name = browser.run("document.querySelector('h1').textContent")
    check(name.startswith("<script>alert(1)</script>&\"'<img"), "the name reads", name)
    check(browser.run("document.querySelectorAll('script').length") == 2, "there is a third script")
    check(browser.run("document.querySelectorAll('h1 *, h1 ~ img').length") == 0, "the name became elements")


def request_would_be_seen(browser, folder):
    """Negative control: a page that asks for something and has an error is noticed."""
    path = os.path.join(folder, "bad.html")
    with open(path, "w") as f:
        f.write("<img src='http://127.0.0.1:9/x.png'><script>nothing.at.all</script>")
    browser.open(path)
    check(browser.requests(), "a request is not seen")
    check(browser.complaints(), "an error is not seen")


def policy_holds(browser, folder):
    """Negative control: with the page's own policy neither a request nor a script gets through."""
    page = open(os.path.join(folder, "dense", "report.html")).read()
    worse = page.replace("<main>", "<main><img src='http://127.0.0.1:9/x.png'>"
                                   "<script>window.bad = 1</script>", 1)
    path = os.path.join(folder, "worse.html")
    with open(path, "w") as f:
        f.write(worse)
    browser.open(path)
    check(browser.run("window.bad === undefined"), "the policy lets a foreign script run")
    blocked = [e for e in browser.events if e.get("method") == "Network.loadingFailed"
               and e["params"].get("blockedReason") == "csp"]
    check(blocked or not browser.requests(), "the policy lets a request out")


def main(folder):
    browser = Browser()
    for run in ("dense", "conv", "kinds"):
        path = os.path.join(folder, run, "report.html")
        check(os.path.getsize(path) < LIMIT, run, "has", os.path.getsize(path), "bytes")
        browser.open(path)
        browser.frame()
        quiet(browser, run)
        decoder_agrees(browser, os.path.join(folder, run), run)
        map_answers(browser)
        controls_answer(browser)
        if run != "kinds":
            draws(browser)
        if run == "dense":
            hostile_name_is_words(browser)
        quiet(browser, run)
        fits_a_phone(browser, path, run)
        browser.open(path)
        broken_weight_is_seen(browser, os.path.join(folder, run))
    for run in ("float16", "int8"):
        rounding_is_as_stated(browser, folder, run)
    complete_without_scripts(browser, os.path.join(folder, "dense", "report.html"))
    request_would_be_seen(browser, folder)
    policy_holds(browser, folder)
    browser.close()


if __name__ == "__main__":
    main(sys.argv[1])
