// theme - light and dark: as the system has it, until the switch says otherwise.

function startTheme() {
  const root = document.documentElement, wish = matchMedia("(prefers-color-scheme: dark)");
  const tell = () => document.dispatchEvent(new Event("themechange"));
  const isDark = () => root.dataset.theme ? root.dataset.theme === "dark" : wish.matches;
  const button = el("button", { type: "button", class: "theme", "aria-pressed": isDark() }, "Dark");
  button.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    button.setAttribute("aria-pressed", isDark());
    tell();
  });
  wish.addEventListener("change", () => {
    button.setAttribute("aria-pressed", isDark());
    tell();
  });
  document.getElementById("theme").append(button);
}

startTheme();
