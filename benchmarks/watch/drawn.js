// True once nothing runs and every chart that has come is drawn.
function drawn() {
  return document.querySelector("[data-testid=stApp]")?.dataset.testScriptState === "notRunning"
    && !document.querySelector("[data-stale=true], [data-testid=stSkeleton]")
    && [...document.querySelectorAll(".js-plotly-plot")].every((one) => one.querySelector(".infolayer"));
}
