@echo off
rem Opens fieldkit as it is installed here. Data lies beside this folder unless FIELDKIT_DATA names another place.
setlocal
if not exist "%~dp0program\installed" (
  echo It is not installed yet. Run first: "%~dp0install.cmd"
  pause
  exit /b 1
)
for /f "tokens=2 delims=:." %%P in ('chcp') do set "PAGE=%%P"
chcp 65001 >nul
set "PYTHONUTF8=1"
set "PYTHONPATH="
set "PYTHONHOME="
if not defined FIELDKIT_DATA for %%I in ("%~dp0..") do set "FIELDKIT_DATA=%%~fI\fieldkit-data"
"%~dp0program\Scripts\python.exe" -P -m fieldkit %*
set "CODE=%ERRORLEVEL%"
if not "%CODE%"=="0" if "%~1"=="" pause
chcp %PAGE% >nul
exit /b %CODE%
